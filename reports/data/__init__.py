"""Dated tables that are data and no code: the tax forms whose figures are worked out (`returns/`)."""
