"""The promises of security, privacy and reliability, and the tests that keep them: one file per number."""
