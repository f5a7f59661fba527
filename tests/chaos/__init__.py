"""Processes die and services fail while callbacks come in: nothing is lost, and nothing is there twice."""
