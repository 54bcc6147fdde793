package io.finward.appliance.jmx;

import java.util.List;
import java.util.function.Function;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;

/**
 * Rows of {@code T} as an open type, which any JMX client shows without our classes.
 *
 * <p>Each row gets a column {@code row}, from 1, as its key: a table has no two equal keys.
 */
final class OpenTable<T> {
  private static final String KEY = "row";

  private final List<Column<T>> columns;
  private final String[] names;
  private final CompositeType rowType;
  private final TabularType tableType;

  /** One column; its values are String, Long or Boolean, as {@code type} says. */
  record Column<T>(String name, String description, SimpleType<?> type, Function<T, Object> of) {
    static <T> Column<T> text(String name, String description, Function<T, Object> of) {
      return new Column<>(name, description, SimpleType.STRING, of);
    }

    static <T> Column<T> number(String name, String description, Function<T, Object> of) {
      return new Column<>(name, description, SimpleType.LONG, of);
    }

    static <T> Column<T> truth(String name, String description, Function<T, Object> of) {
      return new Column<>(name, description, SimpleType.BOOLEAN, of);
    }
  }

  OpenTable(String name, List<Column<T>> columns) {
    this.columns = List.copyOf(columns);
    int width = columns.size() + 1;
    names = new String[width];
    String[] descriptions = new String[width];
    OpenType<?>[] types = new OpenType<?>[width];
    names[0] = KEY;
    descriptions[0] = "the row's number";
    types[0] = SimpleType.LONG;
    for (int i = 1; i < width; i++) {
      names[i] = columns.get(i - 1).name();
      descriptions[i] = columns.get(i - 1).description();
      types[i] = columns.get(i - 1).type();
    }
    try {
      rowType = new CompositeType(name, name, names, descriptions, types);
      tableType = new TabularType(name + "s", name + "s", rowType, new String[] {KEY});
    } catch (OpenDataException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The table of these rows. */
  TabularData of(List<T> rows) {
    TabularDataSupport table = new TabularDataSupport(tableType);
    long number = 1;
    for (T row : rows) {
      Object[] values = new Object[names.length];
      values[0] = number++;
      for (int i = 1; i < values.length; i++) {
        values[i] = columns.get(i - 1).of().apply(row);
      }
      try {
        table.put(new CompositeDataSupport(rowType, names, values));
      } catch (OpenDataException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return table;
  }
}
