"""Outside services. The only package that imports their SDKs."""
