"""One pass over a project, stage by stage: builds in, gaps and tasks up to date, a plan out."""
