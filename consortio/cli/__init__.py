"""The command line `consortio`. A command is imported when it is asked for, so that reading a plan needs no Django."""
