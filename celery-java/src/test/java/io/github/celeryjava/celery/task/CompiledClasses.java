package io.github.celeryjava.celery.task;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles classes as a user's own build might, and loads them. */
final class CompiledClasses {

  private final Path sources;
  private final Path classes;

  CompiledClasses(Path directory) throws IOException {
    sources = Files.createDirectories(directory.resolve("sources"));
    classes = Files.createDirectories(directory.resolve("classes"));
  }

  /** An instance of a class on the class path. */
  Object onClassPath(String name, String source, String... options) throws Exception {
    compile(Map.of(name, source), List.of(options));
    URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    return loader.loadClass(name).getConstructor().newInstance();
  }

  /** A class in a named module. */
  Class<?> inModule(String module, String declaration, String name, String source)
      throws Exception {
    compile(
        Map.of("module-info", "module " + module + " { " + declaration + " }", name, source),
        List.of("-parameters", "--add-reads", module + "=ALL-UNNAMED"));
    Configuration configuration =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of(module));
    return ModuleLayer.boot()
        .defineModulesWithOneLoader(configuration, getClass().getClassLoader())
        .findLoader(module)
        .loadClass(name);
  }

  private void compile(Map<String, String> sourcesByName, List<String> options) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sourcesByName.entrySet()) {
      Path file = sources.resolve(source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      files.add(Files.writeString(file, source.getValue()));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> units = manager.getJavaFileObjectsFromPaths(files);
      List<String> all = new ArrayList<>(options);
      all.addAll(List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
      if (!compiler.getTask(problems, manager, null, all, null, units).call()) {
        throw new IllegalStateException(problems.toString());
      }
    }
  }
}
