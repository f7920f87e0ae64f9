"""
Shapes of the API are built when somebody asks for them: all of them at the start took memory that most servers never use.

Imported before the first of them is defined. Pydantic builds each under a lock.
"""

from ninja import Schema

Schema.model_config["defer_build"] = True
