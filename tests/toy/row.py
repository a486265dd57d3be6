"""The row of the toy kind: to let a user out for a walk."""

from bot.core.kinds import Kind, Lane, Role

WALK = Kind("walk", Lane.ACCESS, Role.RESPONDER, "walk a user")
