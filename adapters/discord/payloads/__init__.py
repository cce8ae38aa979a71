"""What Discord brings, as messages and the like. All of it is pure: a payload goes in, a value comes out."""
