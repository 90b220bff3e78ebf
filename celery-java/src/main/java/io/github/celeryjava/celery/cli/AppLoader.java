package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.CeleryProvider;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the app that {@code -A} names: a class with a constructor without parameters that
 * implements {@link CeleryProvider}, on the class path or in what {@code --classpath} adds.
 */
final class AppLoader {

  private final @Nullable String classpath;

  /**
   * @param classpath further jars and directories, separated as the platform separates paths;
   *     {@code dir/*} means every jar in it; null for none
   */
  AppLoader(@Nullable String classpath) {
    this.classpath = classpath;
  }

  /**
   * Makes the app.
   *
   * @throws ConfigurationException if the class cannot be found or made, saying what was tried
   */
  Celery load(@Nullable String className) {
    if (className == null) {
      throw new ConfigurationException(
          "no app: name a class that implements CeleryProvider with -A, or in CELERY_APP");
    }
    ClassLoader loader = loader();
    Thread.currentThread().setContextClassLoader(loader);
    try {
      Object made = Class.forName(className, true, loader).getDeclaredConstructor().newInstance();
      if (made instanceof CeleryProvider provider) {
        return provided(provider);
      }
      throw new ConfigurationException(
          className + " does not implement " + CeleryProvider.class.getName());
    } catch (ClassNotFoundException e) {
      throw new ConfigurationException(
          "there is no class " + className + " in " + searched() + ": add it with --classpath", e);
    } catch (NoSuchMethodException e) {
      throw new ConfigurationException(
          className + " has no constructor without parameters that could be called", e);
    } catch (IllegalAccessException e) {
      throw new ConfigurationException(
          className + " and its constructor without parameters must be public", e);
    } catch (ReflectiveOperationException | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ConfigurationException("the app " + className + " could not be made: " + cause, e);
    }
  }

  private static Celery provided(CeleryProvider provider) {
    Celery app = provider.get();
    if (app == null) { // the compiler cannot know what users' code returns
      throw new ConfigurationException(provider.getClass().getName() + ".get() returned no app");
    }
    return app;
  }

  private ClassLoader loader() {
    ClassLoader own = AppLoader.class.getClassLoader();
    if (classpath == null) {
      return own;
    }
    List<URL> urls = new ArrayList<>();
    for (String entry : classpath.split(File.pathSeparator, -1)) {
      if (!entry.isBlank()) {
        urls.addAll(urls(entry));
      }
    }
    return new URLClassLoader("celery-app", urls.toArray(URL[]::new), own);
  }

  private static List<URL> urls(String entry) {
    try {
      if (!entry.endsWith("*")) {
        Path path = Path.of(entry);
        if (!Files.exists(path)) {
          throw new ConfigurationException("--classpath names " + entry + ", which does not exist");
        }
        return List.of(path.toUri().toURL());
      }
      try (Stream<Path> files = Files.list(Path.of(entry.substring(0, entry.length() - 1)))) {
        List<URL> jars = new ArrayList<>();
        for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
          jars.add(jar.toUri().toURL());
        }
        return jars;
      }
    } catch (MalformedURLException e) {
      throw new ConfigurationException("--classpath entry " + entry + " is no path", e);
    } catch (IOException e) {
      throw new ConfigurationException("--classpath entry " + entry + " cannot be read", e);
    }
  }

  private String searched() {
    return classpath == null
        ? "the class path"
        : "the class path and " + Arrays.asList(classpath.split(File.pathSeparator, -1));
  }
}
