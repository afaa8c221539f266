"""Words to trees: criteria, regimens, visits and endpoints."""
