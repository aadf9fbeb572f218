"""Clinical and business rules of the check-up as pure functions on plain values: no database, no clock, no I/O."""
