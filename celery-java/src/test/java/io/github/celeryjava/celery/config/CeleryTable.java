package io.github.celeryjava.celery.config;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a real Celery says of its settings, from the files that {@code settings_names.py} in {@code
 * interop-tests} writes.
 */
record CeleryTable(String version, List<Row> rows) {

  /** One setting; {@code type}, {@code defaultValue} and {@code oldName} are null if undeclared. */
  record Row(
      String name,
      boolean declared,
      String type,
      JsonNode defaultValue,
      String oldName,
      boolean hidden) {}

  static final CeleryTable CURRENT = read("settings-5.7.0.json");
  static final CeleryTable OLDEST = read("settings-5.2.7.json");

  Optional<Row> find(String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst();
  }

  private static CeleryTable read(String file) {
    try (InputStream in =
        requireNonNull(CeleryTable.class.getResourceAsStream("/config/" + file), file)) {
      JsonNode table = new ObjectMapper().readTree(in);
      List<Row> rows = new ArrayList<>();
      for (JsonNode row : table.get("settings")) {
        boolean declared = row.get("declared").booleanValue();
        rows.add(
            new Row(
                row.get("name").textValue(),
                declared,
                declared ? row.get("type").textValue() : null,
                row.get("default"),
                declared ? row.get("old").textValue() : null,
                row.get("hidden").booleanValue()));
      }
      return new CeleryTable(table.get("celery").textValue(), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
