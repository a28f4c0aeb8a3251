"""Garments from sewing patterns: cut, sewn, draped, rendered and taken apart into the layers of a mockup."""

VERSION = "2"
