import com.sun.source.tree.AnnotatedTypeTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EmptyStatementTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Two rules of style, found in the syntax tree.
 *
 * <p>Braces: the body of {@code if}, {@code else}, {@code for}, {@code while} and {@code do} is a
 * block. {@code var}: a local variable that is initialized by {@code new} of its own type is
 * declared with {@code var}, and one that is initialized by a literal is not.
 */
final class Style extends TreePathScanner<Void, Void> {
  /**
   * A replacement in the source.
   *
   * @param start offset of the first character that goes
   * @param end offset behind the last one
   * @param text what comes in their place
   * @param reason the rule that is broken; empty if an edit with a reason belongs to this one
   */
  record Edit(int start, int end, String text, String reason) {}

  private static final Pattern LINE_COMMENT = Pattern.compile("[ \t]*//.*");

  private final String text;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final List<Edit> edits = new ArrayList<>();

  private Style(String text, CompilationUnitTree unit, SourcePositions positions) {
    this.text = text;
    this.unit = unit;
    this.positions = positions;
  }

  /** The edits that make a source obey, in ascending order; none if it does not parse. */
  static List<Edit> edits(String text) {
    var source =
        new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    var compiler = ToolProvider.getSystemJavaCompiler();
    var task =
        (JavacTask)
            compiler.getTask(
                null, null, problem -> {}, List.of("-proc:none"), null, List.of(source));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      var style = new Style(text, unit, Trees.instance(task).getSourcePositions());
      style.scan(unit, null);
      style.edits.sort(Comparator.comparingInt(Edit::start));
      return style.edits;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String apply(String text, List<Edit> edits) {
    var result = new StringBuilder();
    int done = 0;
    for (Edit edit : edits) {
      result.append(text, done, edit.start).append(edit.text);
      done = edit.end;
    }
    return result.append(text, done, text.length()).toString();
  }

  /** The number of the line that an offset is in. */
  static int line(String text, int offset) {
    return (int) text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
  }

  private int start(Tree tree) {
    return Math.toIntExact(positions.getStartPosition(unit, tree));
  }

  private int end(Tree tree) {
    return Math.toIntExact(positions.getEndPosition(unit, tree));
  }

  private String source(Tree tree) {
    return text.substring(start(tree), end(tree));
  }

  @Override
  public Void visitIf(IfTree tree, Void none) {
    needBlock(tree.getThenStatement());
    StatementTree otherwise = tree.getElseStatement();
    if (otherwise != null && !(otherwise instanceof IfTree)) {
      needBlock(otherwise);
    }
    return super.visitIf(tree, none);
  }

  @Override
  public Void visitForLoop(ForLoopTree tree, Void none) {
    needBlock(tree.getStatement());
    return super.visitForLoop(tree, none);
  }

  @Override
  public Void visitEnhancedForLoop(EnhancedForLoopTree tree, Void none) {
    needBlock(tree.getStatement());
    return super.visitEnhancedForLoop(tree, none);
  }

  @Override
  public Void visitWhileLoop(WhileLoopTree tree, Void none) {
    needBlock(tree.getStatement());
    return super.visitWhileLoop(tree, none);
  }

  @Override
  public Void visitDoWhileLoop(DoWhileLoopTree tree, Void none) {
    needBlock(tree.getStatement());
    return super.visitDoWhileLoop(tree, none);
  }

  private void needBlock(StatementTree body) {
    if (body instanceof BlockTree) {
      return;
    }
    int start = start(body);
    int end = end(body);
    String reason = "no braces around the body of a statement";
    if (body instanceof EmptyStatementTree) {
      edits.add(new Edit(start, end, "{}", reason));
      return;
    }
    edits.add(new Edit(start, start, "{", reason));
    var comment = LINE_COMMENT.matcher(text).region(end, text.length());
    if (comment.lookingAt()) {
      edits.add(new Edit(comment.end(), comment.end(), "\n}", ""));
    } else {
      edits.add(new Edit(end, end, "}", ""));
    }
  }

  @Override
  public Void visitVariable(VariableTree tree, Void none) {
    if (isLocal() && tree.getInitializer() != null && !isOneOfSeveral(tree)) {
      if (tree.getType() != null && start(tree.getType()) < end(tree.getType())) {
        needVar(tree);
      } else {
        needType(tree);
      }
    }
    return super.visitVariable(tree, none);
  }

  private boolean isLocal() {
    Tree parent = getCurrentPath().getParentPath().getLeaf();
    return parent instanceof BlockTree
        || parent instanceof CaseTree
        || parent instanceof TryTree
        || parent instanceof ForLoopTree;
  }

  /** Of declarations with commas all start where the first does. */
  private boolean isOneOfSeveral(VariableTree tree) {
    Tree parent = getCurrentPath().getParentPath().getLeaf();
    List<? extends Tree> siblings =
        switch (parent) {
          case BlockTree block -> block.getStatements();
          case CaseTree one -> one.getStatements() == null ? List.of() : one.getStatements();
          case ForLoopTree loop -> loop.getInitializer();
          default -> List.of();
        };
    return siblings.stream()
        .anyMatch(s -> s != tree && s instanceof VariableTree && start(s) == start(tree));
  }

  private void needVar(VariableTree tree) {
    Tree type = tree.getType();
    String reason = "var is the rule where the initializer is new of the same type";
    if (!tree.getModifiers().getAnnotations().isEmpty() || type instanceof AnnotatedTypeTree) {
      return;
    }
    if (isCStyleArray(tree)) {
      return;
    }
    switch (tree.getInitializer()) {
      case NewClassTree made
          when made.getClassBody() == null && made.getEnclosingExpression() == null -> {
        Tree named = made.getIdentifier();
        if (same(type, named)) {
          edits.add(new Edit(start(type), end(type), "var", reason));
        } else if (type instanceof ParameterizedTypeTree generic
            && named instanceof ParameterizedTypeTree diamond
            && diamond.getTypeArguments().isEmpty()
            && same(generic.getType(), diamond.getType())
            && !source(type).contains("?")
            && !source(type).contains("@")) {
          edits.add(new Edit(start(type), end(type), "var", reason));
          edits.add(new Edit(start(named), end(named), source(type), ""));
        }
      }
      case NewArrayTree made when made.getType() != null -> {
        int dimensions = made.getDimensions().size() + (made.getInitializers() == null ? 0 : 1);
        if (compact(type).equals(compact(made.getType()) + "[]".repeat(dimensions))) {
          edits.add(new Edit(start(type), end(type), "var", reason));
        }
      }
      default -> {}
    }
  }

  /** Whether the brackets of an array are behind its name. */
  private boolean isCStyleArray(VariableTree tree) {
    return text.substring(start(tree), start(tree.getInitializer())).strip().matches("(?s).*] *=");
  }

  private boolean same(Tree one, Tree other) {
    return compact(one).equals(compact(other));
  }

  private String compact(Tree tree) {
    return tree.toString().replaceAll("\\s", "");
  }

  private void needType(VariableTree tree) {
    String type = literalType(tree.getInitializer());
    int start = text.indexOf("var", start(tree));
    if (type != null && start >= 0) {
      String reason = "the type is the rule where the initializer is a literal";
      edits.add(new Edit(start, start + "var".length(), type, reason));
    }
  }

  private static String literalType(Tree tree) {
    return switch (tree) {
      case UnaryTree signed when signed.getKind() == Tree.Kind.UNARY_MINUS ->
          literalType(signed.getExpression());
      case LiteralTree literal ->
          switch (literal.getKind()) {
            case INT_LITERAL -> "int";
            case LONG_LITERAL -> "long";
            case FLOAT_LITERAL -> "float";
            case DOUBLE_LITERAL -> "double";
            case CHAR_LITERAL -> "char";
            case BOOLEAN_LITERAL -> "boolean";
            case STRING_LITERAL -> "String";
            default -> null;
          };
      default -> null;
    };
  }
}
