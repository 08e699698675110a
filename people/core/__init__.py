"""What is true of PINs and their resets whatever the framework: shapes, values, states."""
