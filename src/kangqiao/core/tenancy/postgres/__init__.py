"""Database engine `kangqiao.core.tenancy.postgres`: PostgreSQL where every statement runs inside an entered scope."""
