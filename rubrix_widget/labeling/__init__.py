"""Help with labelling, under the names that Rubrix gave it."""
