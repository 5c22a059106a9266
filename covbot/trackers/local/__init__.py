"""The embedded tracker, bugs in the store by Launchpad's rules: `tracker` for covbot, `people` for everybody else."""
