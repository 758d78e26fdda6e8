"""Measures of datasets: each answers with its data and can draw them."""
