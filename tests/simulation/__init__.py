"""A seeded simulation, built to break the engine: two worlds, people in both, a Web Connector, and everything that can
go wrong between them (spec 10). The same seed is the same run."""
