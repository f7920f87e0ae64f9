"""
Figures of numbers as geometry: frozen dataclasses in, frozen dataclasses with coordinates and words out. Pure.

Coordinates are CSS pixels with two decimals at most. `ui/charts.html` only draws them.
"""
