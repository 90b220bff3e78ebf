package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A serialised signature. Only its outer level is taken apart: signatures inside {@code kwargs} and
 * {@code options} stay maps when read, and may be given as maps or as {@code SignatureData} when
 * written.
 *
 * <p>Wire source: {@code Signature} in {@code celery/canvas.py} (5.2 to 5.7). Golden copies: {@code
 * src/test/resources/wire/task-v2/}.
 *
 * <p>Collections are not copied: do not change them afterwards.
 *
 * @param task name of the task; {@code celery.chain} and the like for a composite
 * @param args positional arguments
 * @param kwargs keyword arguments; parts of a composite
 * @param options options of the call, keys in {@link SignatureOptions}
 * @param subtaskType {@code chain}, {@code group}, {@code chord} …; null for a plain task
 * @param immutable whether the arguments are complete, so that a parent's result is not added
 * @param extras other keys, kept so that they are not lost on the way
 */
public record SignatureData(
    String task,
    List<@Nullable Object> args,
    Map<String, @Nullable Object> kwargs,
    Map<String, @Nullable Object> options,
    @Nullable String subtaskType,
    boolean immutable,
    Map<String, @Nullable Object> extras) {

  private static final String OPTIONS = "options";
  private static final String SUBTASK_TYPE = "subtask_type";
  private static final String IMMUTABLE = "immutable";
  private static final String GROUP = "group";
  private static final String CHORD = "chord";
  private static final String TASKS = "tasks";
  private static final String BODY = "body";
  private static final int DEEPEST = 100;

  /** Checks that nothing is missing. */
  public SignatureData {
    requireNonNull(task, "task");
    requireNonNull(args, "args");
    requireNonNull(kwargs, "kwargs");
    requireNonNull(options, "options");
    requireNonNull(extras, "extras");
  }

  /** The signature of a plain task, mutable in Celery's sense. */
  public static SignatureData of(
      String task,
      List<@Nullable Object> args,
      Map<String, @Nullable Object> kwargs,
      Map<String, @Nullable Object> options) {
    return new SignatureData(task, args, kwargs, options, null, false, Map.of());
  }

  /** The same with other options. */
  public SignatureData withOptions(Map<String, @Nullable Object> options) {
    return new SignatureData(task, args, kwargs, options, subtaskType, immutable, extras);
  }

  /** The same with other arguments. */
  public SignatureData withArguments(
      List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
    return new SignatureData(task, args, kwargs, options, subtaskType, immutable, extras);
  }

  /** The form on the wire; all of Celery's six keys are always there. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>(16);
    map.put(TaskKeys.TASK, task);
    map.put(TaskKeys.ARGS, plain(args));
    map.put(TaskKeys.KWARGS, plain(kwargs));
    map.put(OPTIONS, plain(options));
    map.put(SUBTASK_TYPE, subtaskType);
    map.put(IMMUTABLE, immutable);
    map.putAll(extras);
    return map;
  }

  /** The wire form of several signatures, null for null. */
  static @Nullable List<Object> toMaps(@Nullable List<SignatureData> signatures) {
    if (signatures == null) {
      return null;
    }
    List<Object> maps = new ArrayList<>(signatures.size());
    for (SignatureData signature : signatures) {
      maps.add(signature.toMap());
    }
    return maps;
  }

  /**
   * Reads a signature. Missing arguments and options count as empty.
   *
   * @param value a decoded map
   * @param where its place in the message, for the error
   * @throws InvalidTaskException if it is not a map, names no task or has a part of the wrong kind
   */
  public static SignatureData read(@Nullable Object value, String where) {
    Fields fields = Fields.of(value, where);
    Map<String, @Nullable Object> extras = new LinkedHashMap<>(fields.map());
    for (String key :
        List.of(TaskKeys.TASK, TaskKeys.ARGS, TaskKeys.KWARGS, OPTIONS, SUBTASK_TYPE, IMMUTABLE)) {
      extras.remove(key);
    }
    return new SignatureData(
        fields.requiredText(TaskKeys.TASK),
        fields.listOrEmpty(TaskKeys.ARGS),
        fields.mapOrEmpty(TaskKeys.KWARGS),
        fields.mapOrEmpty(OPTIONS),
        fields.text(SUBTASK_TYPE),
        Boolean.TRUE.equals(fields.flag(IMMUTABLE)),
        extras);
  }

  /**
   * Reads a list of signatures; a single one counts as a list of one, as Celery itself allows.
   *
   * @return null if {@code value} is null
   * @throws InvalidTaskException as {@link #read}
   */
  public static @Nullable List<SignatureData> readAll(@Nullable Object value, String where) {
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> list)) {
      return List.of(read(value, where));
    }
    List<SignatureData> signatures = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      signatures.add(read(list.get(i), where + "[" + i + "]"));
    }
    return signatures;
  }

  /** Whether it is a chain, a group or another composite, not the call of one task. */
  public boolean isComposite() {
    return subtaskType != null;
  }

  /**
   * The calls whose results are the result of this one: itself; of a chain the last step, of a
   * group all members, of a chord the body. What has another shape counts as having none.
   */
  public List<SignatureData> ends() {
    List<SignatureData> ends = new ArrayList<>();
    addEnds(this, ends, DEEPEST);
    return ends;
  }

  private static void addEnds(@Nullable Object value, List<SignatureData> ends, int levels) {
    if (levels == 0 || !(value instanceof SignatureData || value instanceof Map)) {
      return;
    }
    SignatureData signature =
        value instanceof SignatureData known ? known : read(value, "signature");
    if (!signature.isComposite()) {
      ends.add(signature);
    } else if (CHORD.equals(signature.subtaskType)) {
      addEnds(signature.kwargs.get(BODY), ends, levels - 1);
    } else if (signature.kwargs.get(TASKS) instanceof List<?> tasks && !tasks.isEmpty()) {
      boolean all = GROUP.equals(signature.subtaskType);
      for (Object task : all ? tasks : tasks.subList(tasks.size() - 1, tasks.size())) {
        addEnds(task, ends, levels - 1);
      }
    }
  }

  /** Maps in place of signatures, at any depth; what holds none is not copied. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof SignatureData signature) {
      return signature.toMap();
    }
    if (value instanceof List<?> list) {
      return plainList(list);
    }
    if (value instanceof Map<?, ?> map) {
      return plainMap(map);
    }
    return value;
  }

  @SuppressWarnings("ReferenceEquality") // asks whether it was copied, not whether it is equal
  private static List<?> plainList(List<?> list) {
    List<@Nullable Object> copy = null;
    for (int i = 0; i < list.size(); i++) {
      Object element = list.get(i);
      Object changed = plain(element);
      if (changed != element) {
        copy = copy == null ? new ArrayList<>(list) : copy;
        copy.set(i, changed);
      }
    }
    return copy == null ? list : copy;
  }

  @SuppressWarnings("ReferenceEquality") // asks whether it was copied, not whether it is equal
  private static Map<?, ?> plainMap(Map<?, ?> map) {
    Map<@Nullable Object, @Nullable Object> copy = null;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object changed = plain(entry.getValue());
      if (changed != entry.getValue()) {
        copy = copy == null ? new LinkedHashMap<>(map) : copy;
        copy.put(entry.getKey(), changed);
      }
    }
    return copy == null ? map : copy;
  }
}
