"""What encoders and their processors promise."""
