"""Coverage-guided fuzzing of all that reads what strangers or editors wrote: `make fuzz`."""
