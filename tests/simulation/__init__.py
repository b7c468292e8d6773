"""The whole system in one process: one seed decides who goes on, what fails, who is killed and when."""
