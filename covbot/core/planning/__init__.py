"""The plan of a pass: from proposals to ordered and capped actions."""
