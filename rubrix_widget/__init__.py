"""Compare model predictions with ground truth on text data, inside the notebook."""
