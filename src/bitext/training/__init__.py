"""Training of translation packages: text → pieces and arrays → weights → an Argos package. Needs the extra `train`."""
