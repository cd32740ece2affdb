"""The pages of registration, one module a subject. Their addresses: `blueprint.py`."""
