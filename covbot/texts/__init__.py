"""The texts of bugs: titles, descriptions and comments, rendered from tasks and their source by Jinja2 templates."""
