"""What every implementation of a port promises, whichever platform it belongs to."""
