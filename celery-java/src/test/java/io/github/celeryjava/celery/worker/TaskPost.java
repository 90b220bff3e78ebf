package io.github.celeryjava.celery.worker;

import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds task messages as any program could send them, sound or not. */
final class TaskPost {

  static final String NO_ARGUMENTS = "[[], {}, {}]";

  private final Map<String, Object> headers = new LinkedHashMap<>();
  private final MessageProperties.Builder properties =
      MessageProperties.builder().contentType("application/json").contentEncoding("utf-8");
  private byte[] body = NO_ARGUMENTS.getBytes(StandardCharsets.UTF_8);

  private TaskPost() {}

  /** A sound message of version 2 without arguments. */
  static TaskPost of(String task, String id) {
    TaskPost post = new TaskPost().header("task", task).header("id", id);
    post.properties.correlationId(id).replyTo("replies");
    return post;
  }

  /** A message without headers, such as one of version 1. */
  static TaskPost body(String body) {
    return new TaskPost().withBody(body);
  }

  TaskPost header(String name, Object value) {
    headers.put(name, value);
    return this;
  }

  TaskPost without(String name) {
    headers.remove(name);
    return this;
  }

  TaskPost eta(Instant time) {
    return header("eta", time.toString());
  }

  TaskPost expires(Instant time) {
    return header("expires", time.toString());
  }

  TaskPost contentType(String contentType) {
    properties.contentType(contentType);
    return this;
  }

  TaskPost correlationId(String id) {
    properties.correlationId(id);
    return this;
  }

  TaskPost withBody(String json) {
    return withBody(json.getBytes(StandardCharsets.UTF_8));
  }

  TaskPost withBody(byte[] bytes) {
    body = bytes;
    return this;
  }

  TransportMessage message() {
    return new TransportMessage(properties.build(), headers, body);
  }
}
