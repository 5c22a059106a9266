"""The words of a bug: tasks and their surroundings in, titles, descriptions and comments out, by Jinja2 templates."""
