"""What is true of the state: who can get in where, what denies them, what deleted users left behind."""
