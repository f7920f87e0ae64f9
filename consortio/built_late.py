"""
Shapes of the API are built when somebody asks for them: all of them at the start took time and memory that most servers
never need.

Imported before the first of them is defined. Pydantic builds each under a lock.
"""

from ninja import Schema
from ninja.params.models import ParamModel

for shape in (Schema, ParamModel):  # what goes out or comes in; the parts of a call
    shape.model_config["defer_build"] = True
