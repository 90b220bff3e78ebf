package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds requests as a worker would read them from messages. */
final class Requests {

  private final Map<String, Object> headers = new LinkedHashMap<>();
  private final Map<String, Object> embed = new LinkedHashMap<>();
  private List<Object> args = List.of();
  private Map<String, Object> kwargs = Map.of();
  private String exchange = "";

  private Requests() {}

  static Requests of(String task, String id) {
    return new Requests().header("task", task).header("id", id);
  }

  Requests header(String name, Object value) {
    headers.put(name, value);
    return this;
  }

  Requests args(Object... args) {
    this.args = Arrays.asList(args);
    return this;
  }

  Requests kwargs(Map<String, Object> kwargs) {
    this.kwargs = kwargs;
    return this;
  }

  Requests exchange(String exchange) {
    this.exchange = exchange;
    return this;
  }

  /** One of callbacks, errbacks, chain, chord. */
  Requests link(String kind, Object value) {
    embed.put(kind, value);
    return this;
  }

  TaskRequest request() {
    return new TaskRequest(
        TaskHeaders.read(headers),
        TaskBody.read(List.of(args, kwargs, embed)),
        "correlation-1",
        "replies",
        new DeliveryInfo(exchange, "jobs", 3, false),
        "celery@here");
  }

  /** A signature as it is on the wire. */
  static Map<String, Object> signature(String task, Map<String, Object> options, Object... args) {
    Map<String, Object> signature = new LinkedHashMap<>();
    signature.put("task", task);
    signature.put("args", Arrays.asList(args));
    signature.put("kwargs", Map.of());
    signature.put("options", options);
    signature.put("subtask_type", null);
    signature.put("immutable", false);
    return signature;
  }
}
