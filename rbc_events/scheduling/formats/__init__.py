"""What problems and plans look like in files: read strictly, written whole."""
