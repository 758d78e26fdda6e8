"""Our ``"lucene"`` dialect beside a real Lucene: ``make oracle``."""
