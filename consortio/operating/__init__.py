"""What whoever runs a server needs: backup and restore, a doctor, and the roles of a PostgreSQL installation."""
