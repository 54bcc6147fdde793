package io.finward.proxy.treatment;

import io.finward.proxy.access.Condition;

/** Requests of which the condition holds are carried so. */
public record RequestRule(Condition condition, Environment.Change change) {}
