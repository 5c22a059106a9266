"""What people decide of builds, and what covbot says of doubts."""
