"""Fine-tune any BERT into the classifier: learn, calibrate, export, measure."""
