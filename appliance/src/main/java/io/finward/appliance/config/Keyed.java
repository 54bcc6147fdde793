package io.finward.appliance.config;

/**
 * A part of the configuration and its key, by which messages about it find its line.
 *
 * @param key as {@code listeners[0]}
 */
record Keyed<T>(String key, T value) {}
