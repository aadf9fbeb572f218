"""Kangqiao 康桥: the tenant side. Each hospital runs these apps in its own Postgres schema."""
