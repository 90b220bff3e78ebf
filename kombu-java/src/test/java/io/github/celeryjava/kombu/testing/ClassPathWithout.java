package io.github.celeryjava.kombu.testing;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The class path of the tests, loaded anew without one library: what an application has that did
 * not add it. To be closed.
 */
public final class ClassPathWithout extends URLClassLoader {

  private ClassPathWithout(List<URL> places) {
    super(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /**
   * @param library what the name of the library's file starts with, such as {@code snakeyaml-}
   */
  public static ClassPathWithout library(String library) {
    List<URL> places = new ArrayList<>();
    boolean found = false;
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(place);
      if (path.getFileName().toString().startsWith(library)) {
        found = true;
        continue;
      }
      try {
        places.add(path.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalStateException(place, e);
      }
    }
    if (!found) {
      throw new IllegalArgumentException(library + " is not on the class path anyway");
    }
    return new ClassPathWithout(places);
  }

  /**
   * What {@code type}, loaded here, supplies; it needs a constructor without parameters.
   *
   * @return of a class of the JDK: all others are not those of the caller
   */
  @SuppressWarnings("unchecked")
  public <T> T get(Class<? extends Supplier<T>> type) {
    try {
      return ((Supplier<T>) loadClass(type.getName()).getDeclaredConstructor().newInstance()).get();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  @Override
  public void close() {
    try {
      super.close();
    } catch (IOException e) {
      throw new IllegalStateException("a class loader that cannot be closed", e);
    }
  }
}
