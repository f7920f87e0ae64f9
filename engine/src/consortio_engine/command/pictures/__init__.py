"""Pictures as plain SVG text: pure functions, readable in black and white."""
