"""Answers to lesson 9's exercises: plausible and wrong (`WRONG`), unusual and right (`RIGHT`)."""

WRONG = {}

RIGHT = {}
