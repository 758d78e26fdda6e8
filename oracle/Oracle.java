import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.DelegatingAnalyzerWrapper;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.queryparser.classic.Token;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RegexpQuery;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * Lucene with its classic query parser, set up as Elasticsearch 7 sets it up for a query string.
 *
 * <p>Reads commands from standard input, one a line, parts between tabs, texts in Base64 of UTF-8:
 *
 * <pre>
 * field  name  kind            a field: text, exact, keyword, long, double, bool or date
 * doc    name=text  …          a document; a name may come more than once
 * build                        every document is there         -> ready  count
 * tokens kind  text            analysis of a text field        -> tokens term  …
 * query  text                  the documents that match        -> hits   bits in hexadecimal
 *                                                              or error  kind  message
 * show   text                  the query as Lucene read it     -> shown  text
 * </pre>
 */
public final class Oracle {
  static final Map<String, String> KINDS = new LinkedHashMap<>();
  static final Map<String, Analyzer> ANALYZERS =
      Map.of("text", new StandardAnalyzer(CharArraySet.EMPTY_SET), "exact", new WhitespaceAnalyzer(255));

  public static void main(String[] arguments) throws Exception {
    IndexSearcher.setMaxClauseCount(Integer.MAX_VALUE);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII), 1 << 16);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
    List<Document> documents = new ArrayList<>();
    IndexSearcher searcher = null;
    ElasticsearchParser parser = null;
    for (String line; (line = in.readLine()) != null; ) {
      String[] parts = line.split("\t", -1);
      switch (parts[0]) {
        case "field" -> KINDS.put(parts[1], parts[2]);
        case "doc" -> documents.add(document(parts));
        case "build" -> {
          Analyzer analyzer = new PerField();
          parser = new ElasticsearchParser(analyzer);
          searcher = index(documents, analyzer);
          out.println("ready\t" + searcher.getIndexReader().maxDoc());
        }
        case "tokens" -> out.println("tokens" + tokens(ANALYZERS.get(parts[1]), decoded(parts[2])));
        case "query" -> out.println(answer(searcher, parser, decoded(parts[1])));
        case "show" -> out.println("shown\t" + shown(parser, decoded(parts[1])));
        default -> throw new IllegalArgumentException(line);
      }
      if (!in.ready()) {
        out.flush();
      }
    }
    out.flush();
  }

  static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  // ---------------------------------------------------------------------------------- the index

  /** The analyzer of each field; no phrase reaches from one of several texts into the next. */
  static final class PerField extends DelegatingAnalyzerWrapper {
    private final Analyzer whole = new KeywordAnalyzer();

    PerField() {
      super(PER_FIELD_REUSE_STRATEGY);
    }

    @Override
    protected Analyzer getWrappedAnalyzer(String field) {
      return ANALYZERS.getOrDefault(KINDS.getOrDefault(field, ""), whole);
    }

    @Override
    public int getPositionIncrementGap(String field) {
      return 100_000;
    }
  }

  static Document document(String[] parts) {
    Document document = new Document();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String name = parts[i].substring(0, equals);
      String value = decoded(parts[i].substring(equals + 1));
      switch (KINDS.get(name)) {
        case "text", "exact" -> document.add(new TextField(name, value, Field.Store.NO));
        case "keyword", "bool" -> {
          document.add(new StringField(name, value, Field.Store.NO));
          document.add(new SortedSetDocValuesField(name, new BytesRef(value)));
        }
        case "double" -> {
          document.add(new DoublePoint(name, Double.parseDouble(value)));
          document.add(new SortedNumericDocValuesField(name, 1));
        }
        default -> { // long; dates come as microseconds
          document.add(new LongPoint(name, Long.parseLong(value)));
          document.add(new SortedNumericDocValuesField(name, 1));
        }
      }
    }
    return document;
  }

  static IndexSearcher index(List<Document> documents, Analyzer analyzer) throws IOException {
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
      for (Document document : documents) {
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(directory));
    searcher.setQueryCache(null);
    return searcher;
  }

  static String tokens(Analyzer analyzer, String text) throws IOException {
    StringBuilder found = new StringBuilder();
    try (TokenStream stream = analyzer.tokenStream("", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        found.append('\t').append(encoded(term.toString()));
      }
      stream.end();
    }
    return found.toString();
  }

  // ------------------------------------------------------------------------------------ answers

  static String answer(IndexSearcher searcher, ElasticsearchParser parser, String text)
      throws IOException {
    try {
      Query query = parser.parse(text);
      byte[] bits = new byte[(searcher.getIndexReader().maxDoc() + 7) / 8];
      searcher.search(
          query,
          new SimpleCollector() {
            private int base;

            @Override
            protected void doSetNextReader(LeafReaderContext context) {
              base = context.docBase;
            }

            @Override
            public void collect(int doc) {
              bits[(base + doc) >> 3] |= (byte) (1 << ((base + doc) & 7));
            }

            @Override
            public ScoreMode scoreMode() {
              return ScoreMode.COMPLETE_NO_SCORES;
            }
          });
      StringBuilder hex = new StringBuilder(bits.length * 2);
      for (byte b : bits) {
        hex.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
      }
      return "hits\t" + hex;
    } catch (ParseException | RuntimeException | StackOverflowError error) {
      String message = String.valueOf(error.getMessage());
      return "error\t" + error.getClass().getSimpleName() + "\t" + encoded(message);
    }
  }

  static String shown(ElasticsearchParser parser, String text) {
    try {
      Query query = parser.parse(text);
      return encoded(query.getClass().getSimpleName() + " " + query);
    } catch (ParseException | RuntimeException | StackOverflowError error) {
      return encoded(error.getClass().getSimpleName() + " " + error.getMessage());
    }
  }

  // ------------------------------------------------------------------------------------- parser

  /** What Elasticsearch 7 changes about the classic parser, default field "text". */
  static final class ElasticsearchParser extends QueryParser {
    ElasticsearchParser(Analyzer analyzer) {
      super("text", analyzer);
      setDefaultOperator(Operator.AND);
      setAllowLeadingWildcard(true);
    }

    @Override
    public Query parse(String text) throws ParseException {
      return text.trim().isEmpty() ? new MatchNoDocsQuery() : super.parse(text);
    }

    @Override
    protected Query getBooleanQuery(List<BooleanClause> clauses) throws ParseException {
      Query query = super.getBooleanQuery(clauses);
      if (query instanceof BooleanQuery all
          && !all.clauses().isEmpty()
          && all.clauses().stream().allMatch(BooleanClause::isProhibited)) {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        all.clauses().forEach(builder::add);
        return builder.add(new MatchAllDocsQuery(), BooleanClause.Occur.FILTER).build();
      }
      return query;
    }

    /** Ask each field that a name stands for; any may match. Null: analysis left nothing. */
    private Query overFields(String name, BiFunction<String, String, Query> ask) {
      List<Query> queries = new ArrayList<>();
      boolean any = false;
      for (Map.Entry<String, String> field : KINDS.entrySet()) {
        if (!name.equals(field.getKey()) && !stands(name, field.getKey(), field.getValue())) {
          continue;
        }
        any = true;
        Query query = ask.apply(field.getKey(), field.getValue());
        if (query != null) {
          queries.add(query);
        }
      }
      if (!any) {
        return new MatchNoDocsQuery("unmapped field " + name);
      }
      if (queries.size() < 2) {
        return queries.isEmpty() ? null : queries.get(0);
      }
      return new DisjunctionMaxQuery(queries, 0);
    }

    /** Whether a name with stars stands for a field; variants of a field are left to their names. */
    private static boolean stands(String name, String field, String kind) {
      return name.contains("*")
          && (kind.equals("text") || kind.equals("keyword"))
          && !field.matches("(?!inputs\\.).+\\.text")
          && field.matches(Pattern.quote(name).replace("*", "\\E.*\\Q"));
    }

    private String normalized(String field, String text) {
      return text == null ? null : getAnalyzer().normalize(field, text).utf8ToString();
    }

    private static IllegalArgumentException unfit(String field, String what) {
      return new IllegalArgumentException("field " + field + " takes no " + what);
    }

    private Query exists(String name) {
      BooleanQuery.Builder any = new BooleanQuery.Builder();
      KINDS.forEach(
          (field, kind) -> {
            if (name.equals(field)
                || (name.contains("*")
                    && field.matches(Pattern.quote(name).replace("*", "\\E.*\\Q")))) {
              any.add(new FieldExistsQuery(field), BooleanClause.Occur.SHOULD);
            }
          });
      return any.build();
    }

    @Override
    protected Query getFieldQuery(String field, String text, boolean quoted) throws ParseException {
      if (field.equals("_exists_")) {
        return exists(text);
      }
      if (text.length() > 1 && (text.charAt(0) == '>' || text.charAt(0) == '<')) {
        boolean above = text.charAt(0) == '>';
        boolean inclusive = text.length() > 2 && text.charAt(1) == '=';
        String bound = text.substring(inclusive ? 2 : 1);
        return above
            ? getRangeQuery(field, bound, null, inclusive, true)
            : getRangeQuery(field, null, bound, true, inclusive);
      }
      return overFields(
          field,
          (name, kind) ->
              kind.equals("text") || kind.equals("exact")
                  ? createBooleanQuery(name, text, BooleanClause.Occur.MUST)
                  : whole(name, kind, text));
    }

    @Override
    protected Query getFieldQuery(String field, String text, int slop) throws ParseException {
      if (field.equals("_exists_")) {
        return exists(text);
      }
      return overFields(
          field,
          (name, kind) ->
              kind.equals("text") || kind.equals("exact")
                  ? createPhraseQuery(name, text, slop)
                  : whole(name, kind, text));
    }

    private static Query whole(String field, String kind, String text) {
      switch (kind) {
        case "keyword":
          return new TermQuery(new Term(field, text));
        case "bool":
          if (!text.equals("true") && !text.equals("false")) {
            throw unfit(field, text);
          }
          return new TermQuery(new Term(field, text));
        case "double":
          return DoublePoint.newExactQuery(field, real(field, text));
        case "long":
          BigDecimal value = decimal(field, text);
          return value.stripTrailingZeros().scale() > 0
              ? new MatchNoDocsQuery()
              : LongPoint.newExactQuery(field, value.longValueExact());
        default:
          return LongPoint.newRangeQuery(field, date(text, false), date(text, true));
      }
    }

    @Override
    protected Query getRangeQuery(String field, String low, String high, boolean in, boolean out) {
      String from = "*".equals(low) ? null : low;
      String to = "*".equals(high) ? null : high;
      return overFields(field, (name, kind) -> range(name, kind, from, to, in, out));
    }

    private Query range(String field, String kind, String low, String high, boolean in, boolean out) {
      switch (kind) {
        case "text", "exact", "keyword":
          return TermRangeQuery.newStringRange(
              field, normalized(field, low), normalized(field, high), in, out);
        case "bool":
          throw unfit(field, "range");
        case "double":
          double from = low == null ? Double.NEGATIVE_INFINITY : real(field, low);
          double to = high == null ? Double.POSITIVE_INFINITY : real(field, high);
          return DoublePoint.newRangeQuery(
              field,
              low == null || in ? from : DoublePoint.nextUp(from),
              high == null || out ? to : DoublePoint.nextDown(to));
        case "long":
          return LongPoint.newRangeQuery(
              field,
              low == null ? Long.MIN_VALUE : ends(decimal(field, low), RoundingMode.CEILING, in, 1),
              high == null ? Long.MAX_VALUE : ends(decimal(field, high), RoundingMode.FLOOR, out, -1));
        default:
          return LongPoint.newRangeQuery(
              field,
              low == null ? Long.MIN_VALUE : in ? date(low, false) : date(low, true) + 1,
              high == null ? Long.MAX_VALUE : out ? date(high, true) : date(high, false) - 1);
      }
    }

    private static long ends(BigDecimal bound, RoundingMode towards, boolean included, int step) {
      BigDecimal whole = bound.setScale(0, towards);
      boolean same = whole.compareTo(bound) == 0;
      return whole.longValueExact() + (same && !included ? step : 0);
    }

    private static double real(String field, String text) {
      double value = Double.parseDouble(text);
      if (!Double.isFinite(value)) {
        throw unfit(field, text);
      }
      return value;
    }

    private static BigDecimal decimal(String field, String text) {
      real(field, text);
      return new BigDecimal(text);
    }

    private static final Pattern DATE =
        Pattern.compile(
            "(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:T(\\d\\d)(?::(\\d\\d)(?::(\\d\\d))?)?)?)?)?");

    /** The first or last microsecond that a date covers, in microseconds since 1970. */
    private static long date(String text, boolean last) {
      Matcher found = DATE.matcher(text);
      if (!found.matches()) {
        throw new IllegalArgumentException("failed to parse date field [" + text + "]");
      }
      int[] parts = {0, 1, 1, 0, 0, 0};
      int given = 0;
      while (given < 6 && found.group(given + 1) != null) {
        parts[given] = Integer.parseInt(found.group(given + 1));
        given++;
      }
      LocalDateTime start =
          LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
      ChronoUnit[] units = {
        ChronoUnit.YEARS, ChronoUnit.MONTHS, ChronoUnit.DAYS,
        ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.SECONDS
      };
      LocalDateTime epoch = LocalDateTime.of(1970, 1, 1, 0, 0);
      return last
          ? ChronoUnit.MICROS.between(epoch, start.plus(1, units[given - 1])) - 1
          : ChronoUnit.MICROS.between(epoch, start);
    }

    @Override
    protected Query getPrefixQuery(String field, String text) throws ParseException {
      return overFields(
          field,
          (name, kind) ->
              switch (kind) {
                case "text", "exact", "keyword" ->
                    new PrefixQuery(new Term(name, normalized(name, text)));
                default -> throw unfit(name, "prefix");
              });
    }

    @Override
    protected Query getWildcardQuery(String field, String text) throws ParseException {
      if (text.equals("*")) {
        return field.equals("*") ? new MatchAllDocsQuery() : exists(field);
      }
      return overFields(
          field,
          (name, kind) ->
              switch (kind) {
                case "text", "exact", "keyword" ->
                    new WildcardQuery(new Term(name, normalizedAroundSigns(name, text)));
                default -> throw unfit(name, "wildcard");
              });
    }

    private static final Pattern SIGNS = Pattern.compile("(\\\\.)|([?*]+)");

    private String normalizedAroundSigns(String field, String text) {
      StringBuilder pattern = new StringBuilder();
      Matcher signs = SIGNS.matcher(text);
      int last = 0;
      while (signs.find()) {
        pattern.append(normalized(field, text.substring(last, signs.start())));
        pattern.append(signs.group());
        last = signs.end();
      }
      return pattern.append(normalized(field, text.substring(last))).toString();
    }

    @Override
    protected Query getRegexpQuery(String field, String text) throws ParseException {
      return overFields(
          field,
          (name, kind) ->
              switch (kind) {
                case "text", "exact", "keyword" ->
                    new RegexpQuery(new Term(name, normalized(name, text)));
                default -> throw unfit(name, "regular expression");
              });
    }

    @Override
    protected float getFuzzyDistance(Token token, String text) {
      String given = token.image.substring(1);
      if (given.isEmpty() || given.equalsIgnoreCase("AUTO")) {
        int length = text.codePointCount(0, text.length());
        return length < 3 ? 0 : length < 6 ? 1 : 2;
      }
      return Math.min(2, (int) Float.parseFloat(given));
    }

    @Override
    protected Query getFuzzyQuery(String field, String text, float edits) throws ParseException {
      return overFields(
          field,
          (name, kind) ->
              switch (kind) {
                case "text", "exact", "keyword" ->
                    new FuzzyQuery(new Term(name, normalized(name, text)), (int) edits, 0, 50, true);
                default -> throw unfit(name, "fuzzy term");
              });
    }
  }
}
