package io.github.celeryjava.celery.task;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the methods with {@link CeleryTask} of a class, of its superclasses and of its interfaces.
 * Stateless and thread-safe.
 */
final class AnnotatedMethods {

  /** A method and what its annotation says. */
  record Found(Method method, CeleryTask annotation) {}

  private AnnotatedMethods() {}

  /**
   * The methods, those of the class itself first, in an order that is the same in every run. A
   * method that is overridden is there once; an override without the annotation keeps the inherited
   * one, so that proxies of a framework change nothing.
   */
  static List<Found> of(Class<?> type) {
    List<Found> all = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Class<?> owner : family(type)) {
      Method[] declared = owner.getDeclaredMethods();
      Arrays.sort(declared, Comparator.comparing(AnnotatedMethods::key));
      for (Method method : declared) {
        CeleryTask annotation = method.getAnnotation(CeleryTask.class);
        // The compiler copies annotations to the bridges that it makes for generic overrides: they
        // are
        // no tasks, but what they override is taken.
        if (annotation != null && taken.add(identity(method)) && !method.isBridge()) {
          all.add(new Found(method, annotation));
        }
      }
    }
    return all;
  }

  private static Set<Class<?>> family(Class<?> type) {
    Set<Class<?>> family = new LinkedHashSet<>();
    for (Class<?> one = type; one != null && one != Object.class; one = one.getSuperclass()) {
      family.add(one);
    }
    for (Class<?> one : List.copyOf(family)) {
      addInterfaces(one, family);
    }
    return family;
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> family) {
    for (Class<?> one : type.getInterfaces()) {
      if (family.add(one)) {
        addInterfaces(one, family);
      }
    }
  }

  /** Equal for a method and what it overrides. */
  private static String identity(Method method) {
    boolean own = (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) != 0;
    return own ? method.getDeclaringClass().getName() + "." + key(method) : key(method);
  }

  private static String key(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }
}
