"""What can be asked of the REST API, a module for each subject."""
