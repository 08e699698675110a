"""The launcher: real PostgreSQL and Valkey without set-up, and the service's processes over them.

Everything here runs beside the project, never inside it: no Django, no settings.
"""
