package io.finward.appliance.config;

import com.typesafe.config.ConfigValue;

/** What a value must be: turns it into a {@code T} or says what was expected. */
@FunctionalInterface
interface Kind<T> {
  T parse(ConfigValue value) throws WrongValueException;
}
